package dev.felucca.launcher;

/** The engine cannot start; the message is one line for the person who started it. */
final class LaunchException extends Exception {
    LaunchException(String message) {
        super(message);
    }

    LaunchException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message of the deepest cause, with its class where the message alone would say too little. */
    static String reason(Throwable e) {
        Throwable t = e;
        while (t.getCause() != null && t.getCause() != t) t = t.getCause();
        String m = t.getMessage();
        return m == null || m.isBlank() ? t.toString() : m.lines().findFirst().orElse(m);
    }
}
