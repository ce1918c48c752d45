// SPDX-License-Identifier: GPL-2.0
/* Something for the compiler in the guest, which has no headers to include. */

typedef unsigned long word;

struct node {
	struct node *child[2];
	word key, value;
};

struct heap {
	word *slot;
	word used, size;
};

static struct node nodes[4096];
static word nodes_used;

static struct node *node_new(word key, word value)
{
	struct node *node = &nodes[nodes_used++ % 4096];

	node->child[0] = node->child[1] = 0;
	node->key = key;
	node->value = value;
	return node;
}

struct node *tree_insert(struct node *root, word key, word value)
{
	struct node **at = &root;

	while (*at) {
		if ((*at)->key == key) {
			(*at)->value = value;
			return root;
		}
		at = &(*at)->child[key > (*at)->key];
	}
	*at = node_new(key, value);
	return root;
}

word tree_sum(const struct node *root)
{
	return root ? root->value + tree_sum(root->child[0]) +
		      tree_sum(root->child[1]) : 0;
}

static void heap_up(struct heap *heap, word i)
{
	while (i && heap->slot[i] < heap->slot[(i - 1) / 2]) {
		word other = heap->slot[i];

		heap->slot[i] = heap->slot[(i - 1) / 2];
		heap->slot[(i - 1) / 2] = other;
		i = (i - 1) / 2;
	}
}

int heap_push(struct heap *heap, word value)
{
	if (heap->used == heap->size)
		return -1;
	heap->slot[heap->used] = value;
	heap_up(heap, heap->used++);
	return 0;
}

word heap_pop(struct heap *heap)
{
	word top = heap->slot[0], i = 0, next;

	heap->slot[0] = heap->slot[--heap->used];
	for (;;) {
		next = 2 * i + 1;
		if (next >= heap->used)
			return top;
		if (next + 1 < heap->used && heap->slot[next + 1] < heap->slot[next])
			next++;
		if (heap->slot[i] <= heap->slot[next])
			return top;
		word other = heap->slot[i];

		heap->slot[i] = heap->slot[next];
		heap->slot[next] = other;
		i = next;
	}
}

/* Constant loops and a table, for the optimizer */
word checksum(const unsigned char *data, word length)
{
	word table[256], i, bit, sum = ~0UL;

	for (i = 0; i < 256; i++) {
		table[i] = i;
		for (bit = 0; bit < 8; bit++)
			table[i] = table[i] & 1 ? table[i] >> 1 ^ 0xedb88320 : table[i] >> 1;
	}
	for (i = 0; i < length; i++)
		sum = table[(sum ^ data[i]) & 255] ^ sum >> 8;
	return ~sum;
}

void multiply(double *result, const double *a, const double *b, int n)
{
	int i, j, k;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			double sum = 0;

			for (k = 0; k < n; k++)
				sum += a[i * n + k] * b[k * n + j];
			result[i * n + j] = sum;
		}
}

int evaluate(const char *text, long *stack, int size)
{
	int top = 0;

	for (; *text; text++) {
		switch (*text) {
		case '0' ... '9':
			if (top == size)
				return -1;
			stack[top++] = *text - '0';
			break;
		case '+': case '-': case '*': case '/': case '%':
			if (top < 2)
				return -1;
			top--;
			if (*text == '+')
				stack[top - 1] += stack[top];
			else if (*text == '-')
				stack[top - 1] -= stack[top];
			else if (*text == '*')
				stack[top - 1] *= stack[top];
			else if (!stack[top])
				return -1;
			else if (*text == '/')
				stack[top - 1] /= stack[top];
			else
				stack[top - 1] %= stack[top];
			break;
		case ' ':
			break;
		default:
			return -1;
		}
	}
	return top;
}
