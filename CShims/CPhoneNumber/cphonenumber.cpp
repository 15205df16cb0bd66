#include "include/cphonenumber.h"
