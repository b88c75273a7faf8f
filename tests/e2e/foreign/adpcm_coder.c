/* MiBench-like (telecomm/adpcm): encoder with its state in a struct, two codes in a byte. */
#include <stdio.h>

struct adpcm_state {
  short valprev;
  char index;
};

static const signed char indexTable[16] = {-1, -1, -1, -1, 2, 4, 6, 8, -1, -1, -1, -1, 2, 4, 6, 8};
static int stepsizeTable[89];
static short pcm[400];
static signed char code[200];

static void adpcm_coder(const short *inp, signed char *outp, int len, struct adpcm_state *state) {
  int valpred = state->valprev, index = state->index, step = stepsizeTable[index], outputbuffer = 0, bufferstep = 1;
  for (; len > 0; len--) {
    int val = *inp++;
    int diff = val - valpred;
    int sign = diff < 0 ? 8 : 0;
    int delta = 0, vpdiff;
    if (sign) diff = -diff;
    vpdiff = step >> 3;
    if (diff >= step) {
      delta = 4;
      diff -= step;
      vpdiff += step;
    }
    step >>= 1;
    if (diff >= step) {
      delta |= 2;
      diff -= step;
      vpdiff += step;
    }
    step >>= 1;
    if (diff >= step) {
      delta |= 1;
      vpdiff += step;
    }
    if (sign)
      valpred -= vpdiff;
    else
      valpred += vpdiff;
    if (valpred > 32767)
      valpred = 32767;
    else if (valpred < -32768)
      valpred = -32768;
    delta |= sign;
    index += indexTable[delta];
    if (index < 0) index = 0;
    if (index > 88) index = 88;
    step = stepsizeTable[index];
    if (bufferstep)
      outputbuffer = delta << 4 & 0xf0;
    else
      *outp++ = (signed char)((delta & 0x0f) | outputbuffer);
    bufferstep = !bufferstep;
  }
  if (!bufferstep) *outp++ = (signed char)outputbuffer;
  state->valprev = (short)valpred;
  state->index = (char)index;
}

int main(void) {
  struct adpcm_state state = {0, 0};
  int i, step = 7;
  unsigned sum = 0;
  for (i = 0; i < 89; i++) {
    stepsizeTable[i] = step;
    step = step + step / 10 + 1;
    if (step > 32767) step = 32767;
  }
  for (i = 0; i < 400; i++) pcm[i] = (short)((i * 977) % 20011 - 10000);
  adpcm_coder(pcm, code, 400, &state);
  for (i = 0; i < 200; i++) sum = sum * 131u + (unsigned char)code[i];
  printf("adpcm_coder %08x %d %d\n", sum, state.valprev, state.index);
  return 0;
}
