#include "include/ctoml.h"
