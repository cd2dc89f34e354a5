EXTRA_DIST += %D%/may_include
