// Must not compile: the engine knows no JSON.
#include <nlohmann/json.hpp>
