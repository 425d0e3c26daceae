package dev.felucca.initplan.birth;

import dev.felucca.door.Fd;
import dev.felucca.door.InitSession;
import java.util.List;
import java.util.Optional;

/**
 * An init that stands at the barrier START, and the engine's ends of its streams. All is the caller's.
 *
 * @param outputs standard output and error; with a terminal its master alone
 * @param stdin absent with a terminal, or if the process has /dev/null
 */
public record Born(InitSession session, List<Fd> outputs, Optional<Fd> stdin) {
    public Born {
        outputs = List.copyOf(outputs);
    }

    public boolean terminal() {
        return outputs.size() == 1;
    }

    /** Kills the process and closes everything. */
    public void abort(RuntimeException why) {
        session.abort(why);
        closeStreams();
    }

    public void closeStreams() {
        outputs.forEach(Fd::close);
        stdin.ifPresent(Fd::close);
    }
}
