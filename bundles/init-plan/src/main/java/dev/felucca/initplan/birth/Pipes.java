package dev.felucca.initplan.birth;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pipes for the standard streams of a process. All is the caller's to close.
 *
 * @param theirs the process's ends: standard input, output and error
 * @param outputs the other ends of output and error
 * @param stdin the other end of standard input; absent if the process has /dev/null there
 */
public record Pipes(List<Fd> theirs, List<Fd> outputs, Optional<Fd> stdin) {
    /** Those of a process that has a terminal. */
    static final Pipes NONE = new Pipes(List.of(), List.of(), Optional.empty());

    public Pipes {
        theirs = List.copyOf(theirs);
        outputs = List.copyOf(outputs);
    }

    public static Pipes open(boolean openStdin) {
        List<Fd> theirs = new ArrayList<>();
        List<Fd> outputs = new ArrayList<>();
        Optional<Fd> stdin = Optional.empty();
        if (openStdin) {
            Descriptors.Pipe in = Descriptors.pipe(0);
            theirs.add(in.reader());
            stdin = Optional.of(in.writer());
        } else {
            theirs.add(Descriptors.open("/dev/null", Descriptors.O_RDONLY));
        }
        for (int i = 0; i < 2; i++) {
            Descriptors.Pipe out = Descriptors.pipe(0);
            theirs.add(out.writer());
            outputs.add(out.reader());
        }
        return new Pipes(theirs, outputs, stdin);
    }

    /** The ends that the process has not. */
    public List<Fd> ours() {
        return Stream.concat(outputs.stream(), stdin.stream()).toList();
    }
}
