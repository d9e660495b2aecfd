import Glibc

/// Starts programs.
enum Spawning {
    /// Starts a program with its output in a file.
    static func spawn(_ arguments: [String], output: String) throws -> pid_t {
        try spawn(arguments) { actions in
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
    }

    /// Starts a program on a terminal, in a session of its own.
    static func spawn(_ arguments: [String], terminal: String) throws -> pid_t {
        try spawn(arguments, flags: POSIX_SPAWN_SETSID) { actions in
            // The first terminal that a session's leader opens becomes the session's.
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        }
    }

    private static func spawn(
        _ arguments: [String], flags: Int32 = 0, _ set: (inout posix_spawn_file_actions_t) -> Void
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
        set(&actions)
        var pointers = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var processID: pid_t = 0
        let code = posix_spawn(&processID, arguments[0], &actions, &attributes, pointers, environ)
        guard code == 0 else { throw BenchError("cannot start \(arguments[0]): \(String(cString: strerror(code)))") }
        return processID
    }
}
