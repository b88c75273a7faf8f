/* MiBench-like (security/sha): SHA-1 of a generated message; rotations, four kinds of rounds, a byte-swapping loop. */
#include <stdint.h>
#include <stdio.h>

typedef struct {
  uint32_t digest[5];
  uint32_t data[16];
} SHA_INFO;

#define ROT32(x, n) ((x) << (n) | (x) >> (32 - (n)))

static uint8_t message[256];

static void sha_transform(SHA_INFO *info) {
  uint32_t W[80], A = info->digest[0], B = info->digest[1], C = info->digest[2], D = info->digest[3],
                  E = info->digest[4];
  int i;
  for (i = 0; i < 16; ++i) W[i] = info->data[i];
  for (i = 16; i < 80; ++i) {
    W[i] = W[i - 3] ^ W[i - 8] ^ W[i - 14] ^ W[i - 16];
    W[i] = ROT32(W[i], 1);
  }
  for (i = 0; i < 80; ++i) {
    uint32_t f, k, temp;
    if (i < 20) {
      f = (B & C) | (~B & D);
      k = 0x5A827999u;
    } else if (i < 40) {
      f = B ^ C ^ D;
      k = 0x6ED9EBA1u;
    } else if (i < 60) {
      f = (B & C) | (B & D) | (C & D);
      k = 0x8F1BBCDCu;
    } else {
      f = B ^ C ^ D;
      k = 0xCA62C1D6u;
    }
    temp = ROT32(A, 5) + f + E + W[i] + k;
    E = D;
    D = C;
    C = ROT32(B, 30);
    B = A;
    A = temp;
  }
  info->digest[0] += A;
  info->digest[1] += B;
  info->digest[2] += C;
  info->digest[3] += D;
  info->digest[4] += E;
}

int main(void) {
  SHA_INFO info = {{0x67452301u, 0xEFCDAB89u, 0x98BADCFEu, 0x10325476u, 0xC3D2E1F0u}, {0}};
  int block, i;
  for (i = 0; i < 256; i++) message[i] = (uint8_t)(i * 5 + 1);
  for (block = 0; block < 4; block++) {
    for (i = 0; i < 16; i++) {
      const uint8_t *p = message + block * 64 + i * 4;
      info.data[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    sha_transform(&info);
  }
  printf("sha1 %08x %08x %08x %08x %08x\n", info.digest[0], info.digest[1], info.digest[2], info.digest[3],
         info.digest[4]);
  return 0;
}
