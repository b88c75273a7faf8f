/* MiBench-like (office/stringsearch): Boyer-Moore-Horspool; the search loops end when the data say so. */
#include <stdio.h>
#include <string.h>

static size_t table[256];

static void init_search(const char *string, size_t len) {
  for (size_t i = 0; i <= 255; i++) table[i] = len;
  for (size_t i = 0; i < len; i++) table[(unsigned char)string[i]] = len - i - 1;
}

static const char *strsearch(const char *string, size_t limit, const char *find, size_t len) {
  size_t pos = len - 1, shift;
  while (pos < limit) {
    while (pos < limit && (shift = table[(unsigned char)string[pos]]) > 0) pos += shift;
    if (pos >= limit) break;
    if (0 == strncmp(find, string + pos - len + 1, len)) return string + pos - len + 1;
    pos++;
  }
  return NULL;
}

int main(void) {
  static const char *const words[] = {"array", "loop", "weave", "shuttle", "zebra"};
  static const char text[] = "a loom is a frame with a shuttle; to weave is to loop thread over an array of warp";
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    size_t len = strlen(words[i]);
    init_search(words[i], len);
    const char *here = strsearch(text, sizeof text - 1, words[i], len);
    printf("%s %d\n", words[i], here ? (int)(here - text) : -1);
  }
  return 0;
}
