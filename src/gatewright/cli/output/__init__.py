"""How commands print: lines, tables, JSON, progress, the next step. Nothing else in the command line prints.

Example:
    >>> say(*table(("gate", "bits"), [("xor", "8")]))
    gate  bits
    ────  ────
    xor   8
"""

from gatewright.cli.output.documents import emit_json as emit_json
from gatewright.cli.output.lines import bad as bad
from gatewright.cli.output.lines import bold as bold
from gatewright.cli.output.lines import document as document
from gatewright.cli.output.lines import fail as fail
from gatewright.cli.output.lines import good as good
from gatewright.cli.output.lines import next_step as next_step
from gatewright.cli.output.lines import room as room
from gatewright.cli.output.lines import same_store as same_store
from gatewright.cli.output.lines import say as say
from gatewright.cli.output.lines import use_store as use_store
from gatewright.cli.output.lines import warn as warn
from gatewright.cli.output.lines import width as width
from gatewright.cli.output.lines import wrapped as wrapped
from gatewright.cli.output.progress import Progress as Progress
from gatewright.cli.output.streams import ELSEWHERE as ELSEWHERE
from gatewright.cli.output.streams import alone as alone
from gatewright.cli.output.streams import keep_to_itself as keep_to_itself
from gatewright.cli.output.streams import kept_to_itself as kept_to_itself
from gatewright.cli.output.streams import out as out
from gatewright.cli.output.tables import MOST_ROWS as MOST_ROWS
from gatewright.cli.output.tables import table as table
from gatewright.cli.output.words import assignments as assignments
from gatewright.cli.output.words import counted as counted
from gatewright.cli.output.words import digits as digits
from gatewright.cli.output.words import made_of as made_of
from gatewright.cli.output.words import network as network
from gatewright.cli.output.words import of_earlier_version as of_earlier_version
from gatewright.cli.output.words import parameters as parameters
