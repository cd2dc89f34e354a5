/* Arithmetic without subnormal numbers, on which processors are tens of times slower.
 *
 * Far from an interface compositions fall below the smallest normal number. They are
 * taken as zero while integrating. Private to this room. */
#ifndef ATW_DIFFUSION_DENORMALS_H
#define ATW_DIFFUSION_DENORMALS_H

/* For the calling thread; returns the mode before. */
unsigned atw_diffusion_flush_denormals(void);
void atw_diffusion_restore_denormals(unsigned before);

#endif
