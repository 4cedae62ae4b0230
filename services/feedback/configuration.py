"""Refusing configuration that cannot be used, in one sentence a person can act on."""

from pathlib import Path

import yaml
from pydantic import ValidationError


class ConfigurationRefused(Exception):
    """A configuration file cannot be used; the text names the file, the place and the fault."""


def refusal(path: Path, fault: yaml.YAMLError | ValidationError) -> ConfigurationRefused:
    """The refusal for a file that is not YAML or does not hold what it must."""
    if isinstance(fault, yaml.YAMLError):
        return ConfigurationRefused(f"{path.name} is not readable YAML.")
    faults = "; ".join(
        f"{'.'.join(str(part) for part in error['loc']) or 'file'}: {error['msg']}" for error in fault.errors()
    )
    return ConfigurationRefused(f"{path.name} cannot be used. {faults}.")
