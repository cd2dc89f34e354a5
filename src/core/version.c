/* Version of the program. */
#include "core/version.h"

#include "config.h"

const char *atw_version(void)
{
    return PACKAGE_VERSION;
}

const char *atw_version_git(void)
{
    return ATW_GIT_ID;
}
