/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files whose every byte is known: each 8 byte word is a function of its file
 * and its place, big endian, so any page, or any part of one, can be checked
 * alone.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include <endian.h>
#include <stdint.h>

#define PAGE 4096UL
#define WORDS (PAGE / sizeof(uint64_t))

/* splitmix64: Steele, Lea, Flood: Fast splittable pseudorandom number generators */
static inline uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static inline uint64_t word(unsigned long file, unsigned long index)
{
	return htobe64(mix(file << 32 | index));
}

#endif /* CONTENT_H */
