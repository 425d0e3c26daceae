/* Puts plans together, well-formed or not, for the tests of their check. */
#ifndef FELUCCA_BUILD_PLAN_H
#define FELUCCA_BUILD_PLAN_H

#include "init.h"

struct builder {
    uint8_t bytes[1 << 16];
    size_t length, op;
    uint32_t count;
};

void plan_begin(struct builder *b);
/* Starts an operation; what is put afterwards is its payload. */
void put_op(struct builder *b, uint16_t code, uint16_t flags);
void put_u32(struct builder *b, uint32_t value);
void put_u64(struct builder *b, uint64_t value);
void put_bytes(struct builder *b, const void *bytes, uint32_t length);
void put_string(struct builder *b, const char *text);
/* n strings, all `text`, after their count. */
void put_strings(struct builder *b, uint32_t n, const char *text);
/* Fills in length and count; the plan is bytes[0..length). */
void plan_end(struct builder *b);

/* A valid payload of the operation, in order of the payload's fields. */
void put_good(struct builder *b, uint16_t code);
/* All that must stand before the operation for it to be in place. */
void put_before(struct builder *b, uint16_t code);
extern const uint16_t all_codes[];
extern const size_t all_codes_count;

/* A valid plan with every operation. */
void plan_everything(struct builder *b);

#endif
