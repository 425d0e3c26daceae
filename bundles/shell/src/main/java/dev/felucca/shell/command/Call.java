package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.shell.format.Listing;
import dev.felucca.shell.format.Printable;
import dev.felucca.shell.format.Template;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.terminal.ShellTerminal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** One call of a command: who calls, with which arguments, on which engine. */
final class Call {
    /** The exit status when the engine or the usage is at fault and not the container, as docker has it. */
    static final int ENGINE_FAILED = 125;

    /** @param commands all of them, by which a command can call another */
    record Context(ShellTerminal terminal, Engine engine, CommandTable commands) {}

    /** The caller is gone, so nothing can be reported any more. */
    static final class CallerGoneException extends EngineException {
        CallerGoneException() {
            super(Kind.CONFLICT, "the caller is gone");
        }
    }

    private final Context context;
    private final Arguments arguments;
    private int exitCode;

    Call(Context context, Arguments arguments) {
        this.context = context;
        this.arguments = arguments;
    }

    Context context() {
        return context;
    }

    ShellTerminal terminal() {
        return context.terminal();
    }

    Engine engine() {
        return context.engine();
    }

    Arguments arguments() {
        return arguments;
    }

    PrintStream out() {
        return terminal().stdout();
    }

    PrintStream err() {
        return terminal().stderr();
    }

    int exitCode() {
        return exitCode;
    }

    /** The exit status if the action returns. */
    void exitCode(int code) {
        exitCode = code;
    }

    /** The template of {@code --format}, of which {@code json} is a short form; null if there is none. */
    @Nullable
    Template template() {
        String format = arguments.value("format");
        if (format == null || format.isEmpty()) return null;
        return Template.parse(
                format.equals("json") ? "{{json .}}" : format, terminal().stdoutIsTty());
    }

    /** Prints a list in the form of {@code --format}. */
    void print(Listing listing) {
        listing.print(arguments.value("format"), out(), terminal().stdoutIsTty());
    }

    Instant now() {
        return Instant.now();
    }

    /** A path as the caller means it. */
    Path path(String text) {
        return terminal().workingDirectory().resolve(text).normalize();
    }

    /** Waits for a stage, as long as the caller is there; throws what the stage failed with. */
    <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> result = stage.toCompletableFuture().copy();
        if (result.isDone()) return get(result);
        try (var gone = terminal().onHangup(() -> result.completeExceptionally(new CallerGoneException()))) {
            return get(result);
        }
    }

    private static <T> T get(CompletableFuture<T> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(EngineException.Kind.UNAVAILABLE, "interrupted", e);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    static RuntimeException unwrapped(Throwable e) {
        Throwable cause = e;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) cause = cause.getCause();
        if (cause instanceof RuntimeException r) return r;
        return EngineException.internal(String.valueOf(cause.getMessage()), cause);
    }

    /** Runs another command for the same caller; its exit status becomes this one's. */
    void delegate(Command command, List<String> words) throws Exception {
        exitCode = command.call(context, words);
    }

    /** Something to do with one of several operands. */
    @FunctionalInterface
    interface Each {
        void with(String operand) throws Exception;
    }

    /** Does it for every operand; one that fails is reported, the others are done all the same, and the exit status is 1. */
    void each(Each action) throws Exception {
        each(arguments.operands(), action);
    }

    void each(List<String> operands, Each action) throws Exception {
        for (String operand : operands) {
            try {
                action.with(operand);
            } catch (CallerGoneException e) {
                throw e;
            } catch (EngineException e) {
                out().flush();
                err().println("felucca: " + Printable.text(e.message()));
                exitCode = 1;
            }
        }
    }

    /** A change that may have been made already, which is as good. */
    void change(CompletionStage<Void> stage) {
        try {
            await(stage);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_MODIFIED) throw e;
        }
    }
}
