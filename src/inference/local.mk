src_liballoytwin_a_SOURCES += \
    %D%/arrhenius.c %D%/arrhenius.h %D%/arrhenius_internal.h \
    %D%/arrhenius_check.c \
    %D%/arrhenius_minimise.c \
    %D%/arrhenius_model.c \
    %D%/response_curve.c %D%/response_curve.h \
    %D%/bayes.c %D%/bayes.h %D%/bayes_internal.h \
    %D%/bayes_posterior.c \
    %D%/bayes_sampling.c \
    %D%/chain_statistics.c %D%/chain_statistics.h \
    %D%/delta_T_model.c %D%/delta_T_model.h \
    %D%/direct.c %D%/direct_internal.h \
    %D%/direct_model.c \
    %D%/direct_profile.c \
    %D%/deviance.c %D%/deviance.h \
    %D%/elimination.c %D%/elimination.h \
    %D%/estimator.c %D%/estimator.h \
    %D%/gls.c %D%/gls_bootstrap.c %D%/gls_fit.c %D%/gls_internal.h \
    %D%/information.c %D%/information.h \
    %D%/interval.c %D%/interval.h \
    %D%/joint.c %D%/joint_internal.h \
    %D%/joint_model.c \
    %D%/joint_profile.c %D%/joint_verdict.c %D%/joint_weights.c \
    %D%/least_squares.c %D%/least_squares.h \
    %D%/ln_S.h \
    %D%/paper.c \
    %D%/precision.c %D%/precision.h \
    %D%/profile.c %D%/profile.h \
    %D%/program_search.c \
    %D%/root.c %D%/root.h \
    %D%/sampler.c %D%/sampler.h
EXTRA_DIST += %D%/may_include
