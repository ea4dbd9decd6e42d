/* Stands between the program and the disk (LD_PRELOAD). Test code: what the program ships never knows it.
 *
 * Watches files below TZ_DIR. Writes every change to TZ_LOG in the order in which it happened, lets the
 * n-th one fail (TZ_FAIL_AT, TZ_FAIL_HOW), says that the disk is full while the file TZ_FULL is there,
 * and shifts the clock by the microseconds in the file TZ_CLOCK. The replay of a log is replay.rs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE, SYNC, SYNC_FOLDER, CREATE, RENAME, REMOVE, FOLDER };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *dir, *full, *how;
static int log_fd = -1;
static long fail_at, calls;
static volatile int64_t *shift;
static int ready;

#define REAL(name) \
    static typeof(&name) real; \
    if (!real) real = (typeof(&name))dlsym(RTLD_NEXT, #name)

static ssize_t plain_write(int fd, const void *data, size_t size) {
    REAL(write);
    return real(fd, data, size);
}

__attribute__((constructor)) static void begin(void) {
    dir = getenv("TZ_DIR");
    full = getenv("TZ_FULL");
    how = getenv("TZ_FAIL_HOW");
    const char *log = getenv("TZ_LOG"), *at = getenv("TZ_FAIL_AT"), *clock = getenv("TZ_CLOCK");
    if (log) log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (at) fail_at = atol(at);
    if (clock) {
        int fd = open(clock, O_RDONLY | O_CLOEXEC);
        void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
        if (mapped != MAP_FAILED) shift = mapped;
        close(fd);
    }
    ready = 1;
}

static int below(const char *path) {
    return ready && dir && path && strncmp(path, dir, strlen(dir)) == 0 && !strstr(path, "-shm");
}

/* Whether a descriptor is a watched file; its identity. */
static int watched(int fd, uint64_t *id, int *folder) {
    char link[64], path[4096];
    if (!ready || !dir || fd == log_fd || fd < 3) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    struct stat found;
    if (!below(path) || fstat(fd, &found) != 0) return 0;
    *id = found.st_ino;
    *folder = S_ISDIR(found.st_mode);
    return 1;
}

static void put(uint8_t kind, uint64_t id, uint64_t offset, const void *data, uint32_t size) {
    if (log_fd < 0) return;
    struct { uint8_t kind; uint8_t pad[3]; uint32_t size; uint64_t id, offset; } head = {kind, {0}, size, id, offset};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, size}};
    size_t whole = sizeof head + size;
    if (writev(log_fd, parts, 2) != (ssize_t)whole) abort();
}

static void put_names(uint8_t kind, uint64_t id, const char *one, const char *two) {
    char both[8192];
    int size = snprintf(both, sizeof both, "%s%c%s", one, 0, two);
    put(kind, id, 0, both, size);
}

/* Counts a call; the error that it is to end with, or 0, or -1 for half of it, or -2 for a lie. */
static int fails(int is_sync) {
    calls++;
    if (fail_at == 0 || calls != fail_at) return 0;
    if (how && !strcmp(how, "ENOSPC")) return is_sync ? EIO : ENOSPC;
    if (how && !strcmp(how, "SHORT")) return is_sync ? EIO : -1;
    if (how && !strcmp(how, "LIE")) return is_sync ? 0 : -2;
    return EIO;
}

static int is_full(int fd, uint64_t end) {
    struct stat there;
    return full && access(full, F_OK) == 0 && fstat(fd, &there) == 0 && end > (uint64_t)there.st_size;
}

static ssize_t put_at(int fd, const void *data, size_t size, int64_t at, uint64_t id) {
    REAL(pwrite);
    int error = fails(0);
    if (error > 0 || is_full(fd, at + size)) {
        errno = error > 0 ? error : ENOSPC;
        return -1;
    }
    if (error == -2) return size;
    ssize_t done = real(fd, data, error == -1 && size > 1 ? size / 2 : size, at);
    if (done > 0) put(WRITE, id, at, data, done);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    uint64_t id;
    int folder;
    if (!watched(fd, &id, &folder)) {
        REAL(pwrite);
        return real(fd, data, size, at);
    }
    pthread_mutex_lock(&lock);
    ssize_t done = put_at(fd, data, size, at, id);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { return pwrite(fd, data, size, at); }

ssize_t write(int fd, const void *data, size_t size) {
    uint64_t id;
    int folder;
    if (!watched(fd, &id, &folder)) return plain_write(fd, data, size);
    pthread_mutex_lock(&lock);
    int64_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    ssize_t done = put_at(fd, data, size, at, id);
    int error = errno;
    if (done > 0) lseek(fd, at + done, SEEK_SET);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

static int sync_by(int (*real)(int), int fd) {
    uint64_t id;
    int folder, error, done = -1;
    if (!watched(fd, &id, &folder)) return real(fd);
    pthread_mutex_lock(&lock);
    error = fails(1);
    if (error == 0) {
        done = real(fd);
        error = errno;
        if (done == 0) put(folder ? SYNC_FOLDER : SYNC, id, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int fsync(int fd) {
    REAL(fsync);
    return sync_by(real, fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    return sync_by(real, fd);
}

int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    uint64_t id;
    int folder, error, done = -1;
    if (!watched(fd, &id, &folder)) return real(fd, size);
    pthread_mutex_lock(&lock);
    error = fails(1);
    if (error == 0) {
        done = real(fd, size);
        error = errno;
        if (done == 0) put(TRUNCATE, id, size, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

static int open_by(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    if (!(flags & O_CREAT) || !below(path)) return real(path, flags, mode);
    struct stat found;
    pthread_mutex_lock(&lock);
    int is_new = stat(path, &found) != 0;
    if (is_new && full && access(full, F_OK) == 0) {
        pthread_mutex_unlock(&lock);
        errno = ENOSPC;
        return -1;
    }
    int fd = real(path, flags, mode), error = errno;
    if (fd >= 0 && is_new && fstat(fd, &found) == 0) put_names(CREATE, found.st_ino, path, "");
    if (fd >= 0 && !is_new && (flags & O_TRUNC)) put(TRUNCATE, found.st_ino, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

int open(const char *path, int flags, ...) {
    REAL(open);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_by(real, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    REAL(open64);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_by(real, path, flags, mode);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    if (!below(to)) return real(from, to);
    pthread_mutex_lock(&lock);
    int error = fails(1), done = -1;
    if (error == 0) {
        done = real(from, to);
        error = errno;
        if (done == 0) put_names(RENAME, 0, from, to);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int unlink(const char *path) {
    REAL(unlink);
    if (!below(path)) return real(path);
    pthread_mutex_lock(&lock);
    int done = real(path), error = errno;
    if (done == 0) put_names(REMOVE, 0, path, "");
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    if (!below(path)) return real(path, mode);
    struct stat found;
    pthread_mutex_lock(&lock);
    int done = real(path, mode), error = errno;
    if (done == 0 && stat(path, &found) == 0) put_names(FOLDER, found.st_ino, path, "");
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int clock_gettime(clockid_t id, struct timespec *time) {
    REAL(clock_gettime);
    int done = real(id, time);
    if (done == 0 && shift && id == CLOCK_REALTIME) {
        int64_t micros = *shift + time->tv_nsec / 1000;
        time->tv_sec += micros / 1000000 - (micros % 1000000 < 0);
        time->tv_nsec = (micros % 1000000 + (micros % 1000000 < 0 ? 1000000 : 0)) * 1000;
    }
    return done;
}
