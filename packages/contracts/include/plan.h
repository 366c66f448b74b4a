/* Generated from packages/contracts/src by "nx run contracts:generate"; do not edit. */
#ifndef MINI_PLAN_H
#define MINI_PLAN_H

#include <stdint.h>

#define PLAN_MAGIC 0x4e4c504du
#define PLAN_VERSION 1u
#define PLAN_MAX_BYTES 1048576u
#define PLAN_MAX_TOLERATED 8
#define PLAN_MAX_FIELDS 9

#define RECORD_TOLERATES 1u
#define RECORD_OTHERWISE 2u
#define HELPER_FD_PLAN 3
#define HELPER_FD_CONTROL 4
#define HELPER_FD_FIRST 5
#define TARGET_EXISTING 0u
#define TARGET_DIRECTORY 1u
#define TARGET_FILE 2u
#define TARGET_LIKE_SOURCE 3u

enum plan_op {
	OP_BARRIER = 1,
	OP_PROPAGATION = 2,
	OP_ROOT_FD = 3,
	OP_ROOT_TREE = 4,
	OP_OVERLAY = 49,
	OP_ROOT_FS = 5,
	OP_MOUNT = 6,
	OP_BIND = 7,
	OP_BIND_WITHIN = 64,
	OP_MOUNT_ATTRIBUTES = 8,
	OP_MKDIR = 9,
	OP_SYMLINK = 10,
	OP_MKNOD = 11,
	OP_PIVOT_ROOT = 12,
	OP_MASK = 13,
	OP_READ_ONLY = 14,
	OP_HOSTNAME = 15,
	OP_DOMAINNAME = 16,
	OP_WRITE_PROC = 17,
	OP_UNSHARE = 18,
	OP_LOOPBACK_UP = 19,
	OP_RLIMIT = 20,
	OP_BOUNDING_SET = 21,
	OP_KEEP_CAPABILITIES = 22,
	OP_GROUPS = 23,
	OP_GID = 24,
	OP_UID = 25,
	OP_CAPABILITIES = 26,
	OP_AMBIENT_SET = 27,
	OP_NO_NEW_PRIVILEGES = 28,
	OP_SECCOMP = 29,
	OP_UMASK = 30,
	OP_CHDIR = 31,
	OP_CHOWN_FD = 32,
	OP_SETSID = 33,
	OP_TERMINAL = 34,
	OP_BECOME_INIT = 35,
	OP_DUMPABLE = 36,
	OP_FIND_EXEC = 37,
	OP_EXEC = 38,
	OP_JOIN_NAMESPACES = 39,
	OP_FORK_INTO = 40,
	OP_WAIT_START = 50,
	OP_PRESERVE_FDS = 51,
	OP_REOPEN_NULL = 72,
	OP_SESSION_KEYRING = 70,
	OP_SECCOMP_LISTENER = 71,
	OP_JOIN_FILES = 52,
	OP_TIME_OFFSETS = 53,
	OP_FORK_NEW = 54,
	OP_HOOK = 55,
	OP_IO_PRIORITY = 57,
	OP_SCHEDULER = 58,
	OP_PERSONALITY = 59,
	OP_CPU_AFFINITY = 60,
	OP_MEMORY_POLICY = 63,
	OP_PLACE_ROOT = 73,
	OP_CHANGE_ROOT = 61,
	OP_MOUNT_COPIED = 62,
	OP_WRITE_MAP = 80,
	OP_EVENT_SUBJECT = 81,
	OP_EVENT_ALONG = 88,
	OP_EVENT_EXEC = 89,
	OP_REMOVE_GROUPS = 82,
	OP_LOCK = 83,
	OP_RENAME = 84,
	OP_UNLINK_LINKS = 85,
	OP_REMOVE_TREE = 86,
	OP_UNLINK = 87,
};

/* Signature of a step: n number, s string, S strings, N numbers, b bytes. */
#define PLAN_STEPS(X) \
	X(BARRIER, barrier, "n") \
	X(PROPAGATION, propagation, "n") \
	X(ROOT_FD, root_fd, "n") \
	X(ROOT_TREE, root_tree, "sn") \
	X(OVERLAY, overlay, "SsssS") \
	X(ROOT_FS, root_fs, "ssSn") \
	X(MOUNT, mount, "sssSnn") \
	X(BIND, bind, "snsnnnnnn") \
	X(BIND_WITHIN, bind_within, "sssnnnn") \
	X(MOUNT_ATTRIBUTES, mount_attributes, "snnnn") \
	X(MKDIR, mkdir, "sn") \
	X(SYMLINK, symlink, "ss") \
	X(MKNOD, mknod, "snnnn") \
	X(PIVOT_ROOT, pivot_root, "") \
	X(MASK, mask, "s") \
	X(READ_ONLY, read_only, "s") \
	X(HOSTNAME, hostname, "s") \
	X(DOMAINNAME, domainname, "s") \
	X(WRITE_PROC, write_proc, "ss") \
	X(UNSHARE, unshare, "n") \
	X(LOOPBACK_UP, loopback_up, "") \
	X(RLIMIT, rlimit, "nnn") \
	X(BOUNDING_SET, bounding_set, "n") \
	X(KEEP_CAPABILITIES, keep_capabilities, "") \
	X(GROUPS, groups, "N") \
	X(GID, gid, "n") \
	X(UID, uid, "n") \
	X(CAPABILITIES, capabilities, "nnn") \
	X(AMBIENT_SET, ambient_set, "n") \
	X(NO_NEW_PRIVILEGES, no_new_privileges, "") \
	X(SECCOMP, seccomp, "nb") \
	X(UMASK, umask, "n") \
	X(CHDIR, chdir, "s") \
	X(CHOWN_FD, chown_fd, "nnn") \
	X(SETSID, setsid, "") \
	X(TERMINAL, terminal, "nnnn") \
	X(BECOME_INIT, become_init, "") \
	X(DUMPABLE, dumpable, "n") \
	X(FIND_EXEC, find_exec, "sS") \
	X(EXEC, exec, "SS") \
	X(JOIN_NAMESPACES, join_namespaces, "nn") \
	X(FORK_INTO, fork_into, "") \
	X(WAIT_START, wait_start, "n") \
	X(PRESERVE_FDS, preserve_fds, "nn") \
	X(REOPEN_NULL, reopen_null, "") \
	X(SESSION_KEYRING, session_keyring, "") \
	X(SECCOMP_LISTENER, seccomp_listener, "nb") \
	X(JOIN_FILES, join_files, "NN") \
	X(TIME_OFFSETS, time_offsets, "s") \
	X(FORK_NEW, fork_new, "n") \
	X(HOOK, hook, "sSSnn") \
	X(IO_PRIORITY, io_priority, "n") \
	X(SCHEDULER, scheduler, "nnnnnnn") \
	X(PERSONALITY, personality, "n") \
	X(CPU_AFFINITY, cpu_affinity, "b") \
	X(MEMORY_POLICY, memory_policy, "nb") \
	X(PLACE_ROOT, place_root, "s") \
	X(CHANGE_ROOT, change_root, "") \
	X(MOUNT_COPIED, mount_copied, "sssSnn")

#define MONITOR_STEPS(X) \
	X(WRITE_MAP, write_map, "ss") \
	X(EVENT_SUBJECT, event_subject, "s") \
	X(EVENT_ALONG, event_along, "ss") \
	X(EVENT_EXEC, event_exec, "ss") \
	X(REMOVE_GROUPS, remove_groups, "s") \
	X(LOCK, lock, "s") \
	X(RENAME, rename, "ss") \
	X(UNLINK_LINKS, unlink_links, "sss") \
	X(REMOVE_TREE, remove_tree, "s") \
	X(UNLINK, unlink, "s")

enum { BARRIER_ID = 0 };
enum { PROPAGATION_PROPAGATION = 0 };
enum { ROOT_FD_FD = 0 };
enum { ROOT_TREE_SOURCE = 0, ROOT_TREE_RECURSIVE = 1 };
enum { OVERLAY_LOWERS = 0, OVERLAY_UPPER = 1, OVERLAY_WORK = 2, OVERLAY_TARGET = 3, OVERLAY_OPTIONS = 4 };
enum { ROOT_FS_FSTYPE = 0, ROOT_FS_SOURCE = 1, ROOT_FS_OPTIONS = 2, ROOT_FS_ATTRIBUTES = 3 };
enum { MOUNT_FSTYPE = 0, MOUNT_SOURCE = 1, MOUNT_TARGET = 2, MOUNT_OPTIONS = 3, MOUNT_ATTRIBUTES = 4, MOUNT_PROPAGATION = 5 };
enum { BIND_SOURCE = 0, BIND_FD = 1, BIND_TARGET = 2, BIND_TARGET_KIND = 3, BIND_RECURSIVE = 4, BIND_ATTRIBUTES_SET = 5, BIND_ATTRIBUTES_CLEAR = 6, BIND_ATTRIBUTES_RECURSIVE = 7, BIND_PROPAGATION = 8 };
enum { BIND_WITHIN_SOURCE = 0, BIND_WITHIN_WITHIN = 1, BIND_WITHIN_TARGET = 2, BIND_WITHIN_RECURSIVE = 3, BIND_WITHIN_ATTRIBUTES_SET = 4, BIND_WITHIN_ATTRIBUTES_CLEAR = 5, BIND_WITHIN_PROPAGATION = 6 };
enum { MOUNT_ATTRIBUTES_TARGET = 0, MOUNT_ATTRIBUTES_ATTRIBUTES_SET = 1, MOUNT_ATTRIBUTES_ATTRIBUTES_CLEAR = 2, MOUNT_ATTRIBUTES_RECURSIVE = 3, MOUNT_ATTRIBUTES_PROPAGATION = 4 };
enum { MKDIR_PATH = 0, MKDIR_MODE = 1 };
enum { SYMLINK_CONTENT = 0, SYMLINK_PATH = 1 };
enum { MKNOD_PATH = 0, MKNOD_MODE = 1, MKNOD_DEVICE = 2, MKNOD_UID = 3, MKNOD_GID = 4 };
enum { MASK_PATH = 0 };
enum { READ_ONLY_PATH = 0 };
enum { HOSTNAME_NAME = 0 };
enum { DOMAINNAME_NAME = 0 };
enum { WRITE_PROC_PATH = 0, WRITE_PROC_VALUE = 1 };
enum { UNSHARE_FLAGS = 0 };
enum { RLIMIT_RESOURCE = 0, RLIMIT_SOFT = 1, RLIMIT_HARD = 2 };
enum { BOUNDING_SET_MASK = 0 };
enum { GROUPS_GIDS = 0 };
enum { GID_GID = 0 };
enum { UID_UID = 0 };
enum { CAPABILITIES_EFFECTIVE = 0, CAPABILITIES_PERMITTED = 1, CAPABILITIES_INHERITABLE = 2 };
enum { AMBIENT_SET_MASK = 0 };
enum { SECCOMP_FLAGS = 0, SECCOMP_PROGRAM = 1 };
enum { UMASK_MASK = 0 };
enum { CHDIR_PATH = 0 };
enum { CHOWN_FD_FD = 0, CHOWN_FD_UID = 1, CHOWN_FD_GID = 2 };
enum { TERMINAL_ROWS = 0, TERMINAL_COLUMNS = 1, TERMINAL_UID = 2, TERMINAL_CONSOLE = 3 };
enum { DUMPABLE_VALUE = 0 };
enum { FIND_EXEC_FILE = 0, FIND_EXEC_SEARCH = 1 };
enum { EXEC_ARGV = 0, EXEC_ENV = 1 };
enum { JOIN_NAMESPACES_FD = 0, JOIN_NAMESPACES_FLAGS = 1 };
enum { WAIT_START_FD = 0 };
enum { PRESERVE_FDS_FROM = 0, PRESERVE_FDS_COUNT = 1 };
enum { SECCOMP_LISTENER_FLAGS = 0, SECCOMP_LISTENER_PROGRAM = 1 };
enum { JOIN_FILES_FDS = 0, JOIN_FILES_FLAGS = 1 };
enum { TIME_OFFSETS_OFFSETS = 0 };
enum { FORK_NEW_FLAGS = 0 };
enum { HOOK_PATH = 0, HOOK_ARGV = 1, HOOK_ENV = 2, HOOK_TIMEOUT_MS = 3, HOOK_STATE_FD = 4 };
enum { IO_PRIORITY_PRIORITY = 0 };
enum { SCHEDULER_POLICY = 0, SCHEDULER_FLAGS = 1, SCHEDULER_NICE = 2, SCHEDULER_PRIORITY = 3, SCHEDULER_RUNTIME = 4, SCHEDULER_DEADLINE = 5, SCHEDULER_PERIOD = 6 };
enum { PERSONALITY_PERSONA = 0 };
enum { CPU_AFFINITY_MASK = 0 };
enum { MEMORY_POLICY_MODE = 0, MEMORY_POLICY_NODES = 1 };
enum { PLACE_ROOT_PATH = 0 };
enum { MOUNT_COPIED_FSTYPE = 0, MOUNT_COPIED_SOURCE = 1, MOUNT_COPIED_TARGET = 2, MOUNT_COPIED_OPTIONS = 3, MOUNT_COPIED_ATTRIBUTES = 4, MOUNT_COPIED_PROPAGATION = 5 };
enum { WRITE_MAP_FILE = 0, WRITE_MAP_VALUE = 1 };
enum { EVENT_SUBJECT_MEMBERS = 0 };
enum { EVENT_ALONG_ACTION = 0, EVENT_ALONG_MEMBERS = 1 };
enum { EVENT_EXEC_MEMBERS = 0, EVENT_EXEC_ID = 1 };
enum { REMOVE_GROUPS_PATH = 0 };
enum { LOCK_PATH = 0 };
enum { RENAME_FROM = 0, RENAME_TO = 1 };
enum { UNLINK_LINKS_DIRECTORY = 0, UNLINK_LINKS_CONTENT = 1, UNLINK_LINKS_LOCK = 2 };
enum { REMOVE_TREE_PATH = 0 };
enum { UNLINK_PATH = 0 };

enum launch_stage { STAGE_CLONE = 0, STAGE_DESCRIPTORS = 1, STAGE_CGROUP = 2, STAGE_HELPER = 3, STAGE_READ = 4, STAGE_CHECK = 5, STAGE_RUN = 6 };

enum restart_policy { RESTART_NO = 0, RESTART_ON_FAILURE = 1, RESTART_ALWAYS = 2, RESTART_UNLESS_STOPPED = 3 };

enum health_state { HEALTH_NONE = 0, HEALTH_STARTING = 1, HEALTH_HEALTHY = 2, HEALTH_UNHEALTHY = 3 };

enum message_kind { MESSAGE_BARRIER = 1, MESSAGE_FAILED = 2, MESSAGE_TERMINAL = 3, MESSAGE_STARTED = 4, MESSAGE_STDIN = 5, MESSAGE_EXITED = 6, MESSAGE_FORKED = 7, MESSAGE_ATTACH = 8, MESSAGE_SECCOMP_LISTENER = 70 };

#define LAUNCH_MAX_JOIN 24
#define LAUNCH_MAX_PASS 40
#define MONITOR_MAGIC 0x4e4f4d4d
#define MONITOR_VERSION 4
#define STATUS_MAGIC 0x53544154
#define STATUS_VERSION 2

struct control_message {
	int64_t kind;
	int64_t stage;
	int64_t step;
	int64_t error;
	int64_t value;
};

struct launch_record {
	int64_t clone_flags;
	int64_t helper_fd;
	int64_t stdin_fd;
	int64_t stdout_fd;
	int64_t stderr_fd;
	int64_t into_cgroup_fd;
	int64_t join_count;
	int64_t join_fds[24];
	int64_t pass_count;
	int64_t pass_fds[40];
};

struct monitor_record {
	int64_t magic;
	int64_t version;
	int64_t terminal;
	int64_t stdin_open;
	int64_t detached;
	int64_t directory_fd;
	int64_t log_max_bytes;
	int64_t log_max_files;
	int64_t oom_fd;
	int64_t frozen_fd;
	int64_t own_plan_fd;
	int64_t event_fd;
	int64_t stop_signal;
	int64_t again_plan_fd;
	int64_t restart_policy;
	int64_t restart_most;
	int64_t maps_barrier;
	int64_t health_plan_fd;
	int64_t health_helper_fd;
	int64_t health_interval_ms;
	int64_t health_timeout_ms;
	int64_t health_retries;
	int64_t health_start_period_ms;
	int64_t health_start_interval_ms;
	struct launch_record launch;
};

struct monitor_status {
	int64_t magic;
	int64_t version;
	int64_t monitor_pid;
	int64_t monitor_start_time;
	int64_t pid;
	int64_t start_time;
	int64_t started_ms;
	int64_t ended_ms;
	int64_t wait_status;
	int64_t oom_killed;
	int64_t restart_count;
	int64_t restarting;
	int64_t health;
	int64_t failing_streak;
};

struct log_frame {
	int64_t time_ns;
	int64_t stream;
	int64_t length;
};

struct health_frame {
	int64_t started_ms;
	int64_t ended_ms;
	int64_t exit_code;
	int64_t length;
};

struct file_record {
	int64_t record_bytes;
	int64_t directory_fd;
	int64_t mode;
	int64_t uid;
	int64_t gid;
	int64_t modified_ns;
	int64_t name_bytes;
	int64_t content_bytes;
};

#endif
