"""What tests stand on: real servers, services in this process, agencies as callers, people nobody is."""
