// SPDX-License-Identifier: GPL-2.0
/*
 * What Hercules' loader calls: versions, instructions, the statement and command
 * "essa", and resets.
 *
 *   MODPATH directory
 *   LDMOD   essa
 *   ESSA    policy=always|random|pressure|never seed=N percent=N delay=N limit=N
 */
#include "essa.h"

/* Guards what begins with the first ESSA, and ends with a reset. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool begun, broken;

/* Main storage is known when the first ESSA is executed, not before. */
bool essa_begin(void)
{
	bool well;

	if (__atomic_load_n(&begun, __ATOMIC_ACQUIRE))
		return true;
	pthread_mutex_lock(&lock);
	if (!begun && !broken) {
		broken = !states_begin() || !lru_begin() || !fault_begin() || !memory_begin() ||
			 !pager_begin();
		__atomic_store_n(&begun, !broken, __ATOMIC_RELEASE);
	}
	well = begun;
	pthread_mutex_unlock(&lock);
	return well;
}

static void say_all(void)
{
	static const char *const names[] = {
		"get", "stable", "unused", "volatile", "potentially volatile", "resident",
		"unless discarded",
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++)
		logmsg("HHCES010I essa %s: %" I64_FMT "u\n", names[i], counters.operations[i]);
	logmsg("HHCES011I pages dropped: %" I64_FMT "u, discard faults: %" I64_FMT
	       "u, pages filled: %" I64_FMT "u\n", counters.dropped, counters.faults,
	       counters.filled);
	policy_say();
}

/* Returns: whether all settings are well */
static bool set(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value)
			*value++ = 0;
		if (!value || !policy_set(argv[i], value)) {
			logmsg("HHCES002E essa: %s=%s: no such setting, or out of range\n", argv[i],
			       value ? value : "");
			return false;
		}
	}
	return true;
}

/* Both return NULL if it is not ours. */
static void *statement(int argc, char *argv[], char *line)
{
	UNREFERENCED(line);
	if (argc < 1 || strcasecmp(argv[0], "essa"))
		return NULL;
	if (!set(argc, argv)) {
		/* The logger has a thread of its own. */
		usleep(100000);
		exit(1);
	}
	return &begun;
}

static void *command(int argc, char *argv[], char *line)
{
	UNREFERENCED(line);
	if (argc < 1 || strcasecmp(argv[0], "essa"))
		return NULL;
	if (argc == 1)
		say_all();
	else
		set(argc, argv);
	return &begun;
}

/*
 * Called when the system is reset, when loading has ended, and when it has
 * failed. What is loaded comes by read(), which cannot fill missing pages.
 */
static void *cpu_state(REGS *regs)
{
	void *(*next)(REGS *regs) = HDL_FINDNXT(cpu_state);

	pthread_mutex_lock(&lock);
	if (begun) {
		states_reset();
		memory_end();
		begun = false;
	}
	/* Loading has ended, and the CPU waits for the interrupt lock. */
	if (regs->cpustate == CPUSTATE_STARTED)
		memory_forget_zeroes();
	policy_reset();
	pthread_mutex_unlock(&lock);
	return next ? next(regs) : NULL;
}

/* A CPU has its own copy of the opcode tables. */
static bool too_late(void)
{
	for (int i = 0; i < MAX_CPU; i++) {
		if (IS_CPU_ONLINE(i)) {
			logmsg("HHCES001E essa: CPUs exist already: load it by LDMOD in the configuration\n");
			return true;
		}
	}
	return false;
}

HDL_DEPENDENCY_SECTION;
{
	HDL_DEPENDENCY(HERCULES);
	HDL_DEPENDENCY(REGS);
	HDL_DEPENDENCY(DEVBLK);
	HDL_DEPENDENCY(SYSBLK);
	if (too_late())
		hdl_depc_rc = 1;
}
END_DEPENDENCY_SECTION

HDL_REGISTER_SECTION;
{
	HDL_REGISTER(config_command, statement);
	HDL_REGISTER(system_command, command);
	HDL_REGISTER(debug_cpu_state, cpu_state);
}
END_REGISTER_SECTION

HDL_INSTRUCTION_SECTION;
{
	HDL_900_DEFINST(HDL_INSTARCH_900, 0xb9ab, extract_and_set_storage_attributes);
	operands_define(hdl_init_dins);
	long_define(hdl_init_dins);
	execute_define(hdl_init_dins);
}
END_INSTRUCTION_SECTION

/* Its functions are in use until the end. */
HDL_FINAL_SECTION;
{
	say_all();
	if (!sysblk.shutdown)
		return -1;
}
END_FINAL_SECTION
