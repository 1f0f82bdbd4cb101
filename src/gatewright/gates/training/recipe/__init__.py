"""How a gate is trained: the record, the recipes used where none is chosen, and names of earlier versions."""

from gatewright.gates.training.recipe.older import OLDER_NAMES as OLDER_NAMES
from gatewright.gates.training.recipe.older import with_todays_names as with_todays_names
from gatewright.gates.training.recipe.recipe import MOST_EPOCHS as MOST_EPOCHS
from gatewright.gates.training.recipe.recipe import MOST_LAYERS as MOST_LAYERS
from gatewright.gates.training.recipe.recipe import MOST_PARAMETERS as MOST_PARAMETERS
from gatewright.gates.training.recipe.recipe import MOST_RESTARTS as MOST_RESTARTS
from gatewright.gates.training.recipe.recipe import Recipe as Recipe
from gatewright.gates.training.recipe.recipe import check_hardens as check_hardens
from gatewright.gates.training.recipe.usual import default_recipe as default_recipe
from gatewright.gates.training.recipe.usual import dense_recipe as dense_recipe
from gatewright.gates.training.recipe.usual import narrowing as narrowing
