/* The parts of the C loop: what a container costs when one C program does it all, with nothing in between. */
#ifndef BENCH_C_LOOP_H
#define BENCH_C_LOOP_H

#define MOST_TREES 16
#define PATH_BYTES 256

/* One mounted tree of control groups. */
struct tree {
	char mount_point[PATH_BYTES];
	char controllers[PATH_BYTES]; /* as mount(2) takes them; `cgroup2` is the v2 tree */
	char group[2 * PATH_BYTES];   /* directory of the container's group */
	int entrance;                 /* what a process gets in by: its `tasks`, on v2 the directory itself */
};

struct trees {
	struct tree list[MOST_TREES];
	int count;
	char cpus[PATH_BYTES], mems[PATH_BYTES]; /* what a v1 cpuset has to be filled with */
};

/* Ends the program when `succeeded` is 0: a loop that failed has nothing to tell. */
void require(int succeeded, const char *what);

/* `word` is CONTROLLERS:MOUNT_POINT. */
void add_tree(struct trees *trees, const char *word);
/* Makes the groups with their limits and opens what a process joins by. */
void make_groups(struct trees *trees, const char *id);
/* The directory to be born in (CLONE_INTO_CGROUP), or -1. */
int find_birthplace(const struct trees *trees);
/* The other trees; called by the process that joins. */
void join_groups(const struct trees *trees);
void close_groups(const struct trees *trees);
void remove_groups(const struct trees *trees);

/* From private propagation to pivot_root; called in the new mount namespace. */
void build_root(const char *root, const struct trees *trees);
/* Masked and read-only paths. */
void close_root(void);

#endif
