package dev.felucca.api.exec;

/**
 * What happens around a birth, called by the backend in this order, on the thread that called create. An exception from any
 * of them aborts the birth: the half-born process is killed and the exception is passed on.
 */
public interface Birth {
    /** Init exists and waits: put it into its control group. Not called if {@link ExecutionBackend#ownsCgroup}. */
    void place(int pid);

    /** Init is in its control group and in all its namespaces: pin them, set the network up. */
    void placed(int pid);
}
