// SPDX-License-Identifier: GPL-2.0
/*
 * A TCG plugin that counts a guest's instructions, by kernel function.
 *
 *   -plugin insns.so,out=FILE[,map=System.map,base=ADDRESS]
 *
 * Programs of the guest mark places by an instruction that does nothing and that
 * no compiler makes: "bc 0,MARK + n", n from 0 to 15. For each that is executed a
 * line goes to FILE, "mark n INSTRUCTIONS", all of them since the guest's start.
 * With a map that line is followed by "ADDED FUNCTION" for whatever was executed
 * since the mark before; ADDRESS is what the kernel adds to the map's addresses,
 * and what is in no function is "user".
 *
 * An instruction counts when it begins, and thus twice if it has to be repeated
 * after a fault.
 */
#include <glib.h>
#include <qemu-plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK 0xca0
#define MARKS 16

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

typedef struct {
    uint64_t address;
    char *name;
} Function;

/* Function 0 is whatever is none. */
static GArray *functions;
static uint64_t *before;
static struct qemu_plugin_scoreboard *counts;
static FILE *out;

static qemu_plugin_u64 counter(guint function)
{
    return (qemu_plugin_u64) { counts, function * sizeof(uint64_t) };
}

static int by_address(gconstpointer a, gconstpointer b)
{
    const Function *x = a, *y = b;

    return (x->address > y->address) - (x->address < y->address);
}

static guint find(uint64_t address)
{
    guint low = 0, high = functions->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (g_array_index(functions, Function, middle).address <= address) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return g_array_index(functions, Function, low).name ? low : 0;
}

static void executed_mark(unsigned int cpu, void *number)
{
    uint64_t sum = 0;

    for (guint i = 0; i < functions->len; i++) {
        sum += qemu_plugin_u64_sum(counter(i));
    }
    fprintf(out, "mark %d %" PRIu64 "\n", GPOINTER_TO_INT(number), sum);
    for (guint i = 0; functions->len > 1 && i < functions->len; i++) {
        uint64_t now = qemu_plugin_u64_sum(counter(i));

        if (now != before[i]) {
            fprintf(out, "%" PRIu64 " %s\n", now - before[i],
                    g_array_index(functions, Function, i).name ?: "user");
        }
        before[i] = now;
    }
    fflush(out);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    guint function = find(qemu_plugin_tb_vaddr(tb));
    uint8_t code[4];

    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        int number;

        qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
            insn, QEMU_PLUGIN_INLINE_ADD_U64, counter(function), 1);
        if (qemu_plugin_insn_data(insn, code, 4) < 4 || code[0] != 0x47 ||
            code[1] != 0) {
            continue;
        }
        number = (code[2] << 8 | code[3]) - MARK;
        if (number >= 0 && number < MARKS) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, executed_mark,
                                                   QEMU_PLUGIN_CB_NO_REGS,
                                                   GINT_TO_POINTER(number));
        }
    }
}

static void finish(qemu_plugin_id_t id, void *data)
{
    fclose(out);
}

/* Lines "ADDRESS TYPE NAME", text only: other addresses are between functions. */
static int read_map(const char *path, uint64_t base)
{
    FILE *map = fopen(path, "r");
    char type, name[512];
    Function f;

    if (!map) {
        return -1;
    }
    while (fscanf(map, "%" SCNx64 " %c %511s", &f.address, &type, name) == 3) {
        f.address += base;
        f.name = strchr("tTwW", type) ? strdup(name) : NULL;
        g_array_append_val(functions, f);
    }
    fclose(map);
    g_array_sort(functions, by_address);
    return 0;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                           const qemu_info_t *info, int argc,
                                           char **argv)
{
    const Function none = { 0, NULL };
    const char *map = NULL;
    uint64_t base = 0;

    for (int i = 0; i < argc; i++) {
        if (g_str_has_prefix(argv[i], "out=")) {
            out = fopen(argv[i] + 4, "w");
        } else if (g_str_has_prefix(argv[i], "map=")) {
            map = argv[i] + 4;
        } else if (g_str_has_prefix(argv[i], "base=")) {
            base = strtoull(argv[i] + 5, NULL, 0);
        }
    }
    if (!out) {
        fprintf(stderr, "insns: out=FILE is missing or cannot be written\n");
        return -1;
    }
    functions = g_array_new(FALSE, FALSE, sizeof(Function));
    g_array_append_val(functions, none);
    if (map && read_map(map, base)) {
        fprintf(stderr, "insns: map=%s cannot be read\n", map);
        return -1;
    }
    before = g_new0(uint64_t, functions->len);
    counts = qemu_plugin_scoreboard_new(functions->len * sizeof(uint64_t));
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
