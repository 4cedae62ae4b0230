"""What every part of Sidus would otherwise write again. No business rule of one service lives here."""
