"""Every format of circuits: those that come with the project, and those of plugins."""

from gatewright.formats.registry.built_in import BUILT_IN as BUILT_IN
from gatewright.formats.registry.endings import PACKED as PACKED
from gatewright.formats.registry.endings import STANDARD_INPUT as STANDARD_INPUT
from gatewright.formats.registry.endings import clashes as clashes
from gatewright.formats.registry.endings import flaws_of_format as flaws_of_format
from gatewright.formats.registry.endings import format_of as format_of
from gatewright.formats.registry.endings import format_told as format_told
from gatewright.formats.registry.endings import is_file as is_file
from gatewright.formats.registry.endings import may_be_read as may_be_read
from gatewright.formats.registry.endings import writes_gates as writes_gates
from gatewright.formats.registry.format import FORMATS as FORMATS
from gatewright.formats.registry.format import Format as Format
from gatewright.formats.registry.format import names_read as names_read
