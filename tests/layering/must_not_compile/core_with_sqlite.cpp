// Must not compile: the core knows no database.
#include <sqlite3.h>
