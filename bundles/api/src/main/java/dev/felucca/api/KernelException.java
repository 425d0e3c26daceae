package dev.felucca.api;

/** A system call that failed: which one, on what, and with which errno (errno(3)). */
public class KernelException extends EngineException {
    private final String call;
    private final String path;
    private final int errno;

    /**
     * @param call the system call or operation, as its man page names it
     * @param path what it was done to (a path, or a short description of the descriptor); empty if there is nothing to say
     * @param errno the error number, positive
     * @param errnoText its symbol and text, such as {@code ENOENT: No such file or directory}
     */
    public KernelException(String call, String path, int errno, String errnoText) {
        super(Kind.KERNEL, call + (path.isEmpty() ? "" : " " + path) + ": " + errnoText);
        this.call = call;
        this.path = path;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public String path() {
        return path;
    }

    public int errno() {
        return errno;
    }
}
