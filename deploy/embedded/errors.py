"""What can go wrong before anything runs, said in one sentence."""


class LauncherError(Exception):
    """A condition the operator can mend; its text is one sentence and is all that is shown."""
