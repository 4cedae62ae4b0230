"""Every table of the network service, for migrations."""

from services.network.base import Base
from services.network.maps import models as maps
from services.network.meetings import models as meetings
from services.network.networks import models as networks

__all__ = ["Base", "maps", "meetings", "networks"]
