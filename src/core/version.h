/* Version of the program and of the libraries it runs with. */
#ifndef ATW_CORE_VERSION_H
#define ATW_CORE_VERSION_H

const char *atw_version(void);     /* e.g. "0.1.0" */
const char *atw_version_git(void); /* git description at configure time, or "unknown" */

#endif
