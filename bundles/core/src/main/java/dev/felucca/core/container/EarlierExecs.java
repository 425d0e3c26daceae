package dev.felucca.core.container;

import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.ProcessListener;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The execs that an earlier engine started in a container that runs on: those that run, and those that have ended, with their codes. */
final class EarlierExecs {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierExecs.class);
    /** As a process killed by SIGKILL: nobody saw the true status. */
    private static final int UNSEEN_EXIT = 137;

    private final Engine engine;
    private final Map<String, Exec> recorded = new LinkedHashMap<>();

    EarlierExecs(Engine engine, Container c, Container.Run run) {
        this.engine = engine;
        for (ExecInfo info : engine.execs().store().of(c.id)) {
            recorded.put(info.id(), new Exec(info, c, run));
        }
    }

    /** Is told the end of an exec: now, if it came while no engine was there, or later. */
    ProcessListener listener(String id) {
        Exec exec = recorded.get(id);
        return exec != null
                ? exec.exited::complete
                : status -> LOG.info("an exec without a record, {}, ended with {}", id, status.code());
    }

    /**
     * Enters them into the table.
     *
     * @param running the processes that there are, by the ids of their execs
     */
    void takeUp(Map<String, CreatedProcess> running, ExecStarter starter) {
        running.forEach((id, process) -> {
            if (!recorded.containsKey(id)) {
                process.io().close();
            }
        });
        for (Exec exec : recorded.values()) {
            engine.execs().add(exec);
            if (exec.isOver()) {
                exec.streams.finish();
                exec.ended.complete(new ExitStatus(exec.info().exitCode(), 0, false, Instant.now()));
                continue;
            }
            CreatedProcess process = running.get(exec.id);
            if (process == null) {
                // told during the adoption, or never
                ExitStatus unseen = new ExitStatus(UNSEEN_EXIT, Signaller.SIGKILL, false, Instant.now());
                if (exec.exited.complete(unseen)) {
                    LOG.warn("exec {} ended, and nobody saw its exit status", exec.id);
                }
                starter.end(exec, exec.exited.join());
                continue;
            }
            exec.streams.begin(process.io(), true);
            exec.running(process.pid());
            exec.bound.complete(null);
            starter.watch(exec);
        }
    }
}
