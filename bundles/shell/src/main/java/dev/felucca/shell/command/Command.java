package dev.felucca.shell.command;

import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import dev.felucca.shell.options.WrongCountException;
import dev.felucca.shell.options.WrongValueException;
import java.util.List;

/**
 * One command.
 *
 * @param section under which {@code help} lists it
 * @param failureCode the exit status if the action throws
 * @param operands what its operands name, for completion
 */
record Command(Syntax syntax, Section section, int failureCode, Operands operands, Action action) {

    /** Parts of the list of commands. */
    enum Section {
        RUN("Running containers"),
        SEE("Looking at containers"),
        IMAGES("Images"),
        NETWORKS("Networks"),
        VOLUMES("Volumes"),
        ENGINE("The engine");

        final String title;

        Section(String title) {
            this.title = title;
        }
    }

    /** What the operands of a command are names of. */
    enum Operands {
        CONTAINERS,
        IMAGES,
        COMMANDS,
        OTHER
    }

    /** What it does. */
    @FunctionalInterface
    interface Action {
        void run(Call call) throws Exception;
    }

    static Command of(Section section, Operands operands, Syntax.Builder syntax, Action action) {
        return new Command(syntax.build(), section, 1, operands, action);
    }

    /** As docker's run and create: an error of the engine is 125, since 1 may be the container's. */
    static Command running(Syntax.Builder syntax, Action action) {
        return new Command(syntax.build(), Section.RUN, Call.ENGINE_FAILED, Operands.IMAGES, action);
    }

    String name() {
        return syntax.name();
    }

    /** Runs it for a caller; returns the exit status, which the caller has been given too. */
    int call(Call.Context context, List<String> words) throws Exception {
        // what the caller sees if something below throws
        context.terminal().exitCode(Call.ENGINE_FAILED);
        Arguments arguments;
        try {
            arguments = syntax.parse(words);
        } catch (WrongCountException e) {
            context.terminal().exitCode(1);
            throw e;
        }
        int code = 0;
        if (arguments.wantsHelp()) {
            context.terminal().stdout().print(syntax.usage());
        } else {
            context.terminal().exitCode(failureCode);
            Call call = new Call(context, arguments);
            try {
                action.run(call);
            } catch (WrongValueException e) {
                context.terminal().exitCode(Call.ENGINE_FAILED);
                throw e;
            }
            code = call.exitCode();
        }
        context.terminal().exitCode(code);
        return code;
    }
}
