package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.HistoryEntry;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.Images.PruneResult;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Human;
import dev.felucca.shell.format.ImageRows;
import dev.felucca.shell.format.Listing;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands for images. */
final class ImageCommands {
    private ImageCommands() {}

    static List<Command> all() {
        return List.of(
                command(
                        Syntax.of("images", "[REPOSITORY[:TAG]]", "List images")
                                .flag("-a, --all", "Show all images (there are no hidden ones)")
                                .flag("-q, --quiet", "Show ids only")
                                .flag("--no-trunc", "Show everything in full")
                                .flag("--digests", "Show digests")
                                .list(
                                        "-f, --filter",
                                        "key=value",
                                        "Show only those: dangling, label, reference, before, since")
                                .value(
                                        "--format",
                                        "template",
                                        "table, json, or a template such as '{{.Repository}}:{{.Tag}}'")
                                .refused("--tree")
                                .operands(0, 1),
                        ImageCommands::images),
                command(
                        Syntax.of("history", "IMAGE", "Show how an image was made")
                                .flag("-q, --quiet", "Show ids only")
                                .flag("--no-trunc", "Show everything in full")
                                .flag("-H, --human", "Sizes and times for people (default true)")
                                .value("--format", "template", "table, json, or a template such as '{{.CreatedBy}}'")
                                .refused("--platform")
                                .operands(1, 1),
                        ImageCommands::history),
                command(
                        Syntax.of("tag", "SOURCE TARGET", "Give an image another name")
                                .operands(2, 2),
                        call -> call.engine()
                                .images()
                                .tag(
                                        call.arguments().operand(0),
                                        call.arguments().operand(1))),
                command(
                        Syntax.of("rmi", "IMAGE [IMAGE...]", "Remove images")
                                .flag("-f, --force", "Remove all names of an image that is given by its id")
                                .refused("--no-prune", "--platform")
                                .operands(1, -1),
                        ImageCommands::remove),
                command(
                        Syntax.of("load", "", "Load images from an archive of docker save or an OCI image layout")
                                .value(
                                        "-i, --input",
                                        "file",
                                        "Read from a file or directory, in place of standard input")
                                .flag("-q, --quiet", "Show no progress")
                                .refused("--platform")
                                .operands(0, 0),
                        ArchiveCommands::load),
                command(
                        Syntax.of("save", "IMAGE [IMAGE...]", "Write images as an archive")
                                .value("-o, --output", "file", "Write to a file, in place of standard output")
                                .refused("--platform")
                                .operands(1, -1),
                        ArchiveCommands::save),
                Command.of(
                        Section.IMAGES,
                        Operands.OTHER,
                        Syntax.of("import", "FILE|- [REPOSITORY[:TAG]]", "Make an image from a root filesystem tar")
                                .list(
                                        "-c, --change",
                                        "instruction",
                                        "Dockerfile instruction for the image, such as 'CMD [\"sh\"]'")
                                .value("-m, --message", "text", "Comment of the image")
                                .flag("-q, --quiet", "Show no progress")
                                .refused("--platform")
                                .operands(1, 2),
                        ArchiveCommands::importRootfs));
    }

    private static Command command(Syntax.Builder syntax, Command.Action action) {
        return Command.of(Section.IMAGES, Operands.IMAGES, syntax, action);
    }

    private static void images(Call call) {
        Arguments a = call.arguments();
        List<String> filters = new ArrayList<>(a.list("filter"));
        if (!a.operands().isEmpty()) filters.add("reference=" + a.operand(0));
        ImageFilter filter = ImageFilter.parse(filters, call.engine().images()::get);
        boolean full = a.flag("no-trunc");
        List<Map<String, String>> rows = new ArrayList<>();
        for (Image image : call.engine().images().list()) {
            if (!filter.test(image)) continue;
            for (Map<String, String> row : ImageRows.rows(image, full, call.now()))
                if (filter.testName(row)) rows.add(row);
        }
        if (a.flag("quiet")) {
            Set<String> ids = new LinkedHashSet<>();
            for (Map<String, String> row : rows) ids.add(row.getOrDefault("ID", ""));
            ids.forEach(call.out()::println);
            return;
        }
        List<String> columns = new ArrayList<>(ImageRows.COLUMNS);
        if (a.flag("digests")) columns.add(2, "Digest");
        Listing listing = new Listing(ImageRows.headers(), columns);
        rows.forEach(listing::add);
        call.print(listing);
    }

    private static void history(Call call) {
        Arguments a = call.arguments();
        boolean full = a.flag("no-trunc");
        boolean human = !a.given("human") || a.flag("human");
        Listing listing = new Listing(ImageRows.historyHeaders(), ImageRows.HISTORY);
        for (HistoryEntry e : call.engine().images().history(a.operand(0))) {
            Map<String, String> row = ImageRows.history(e, full, human, call.now());
            if (a.flag("quiet")) call.out().println(row.get("ID"));
            else listing.add(row);
        }
        if (!a.flag("quiet")) call.print(listing);
    }

    private static void remove(Call call) throws Exception {
        boolean force = call.arguments().flag("force");
        call.each(i -> {
            try {
                call.engine().images().remove(i, force).forEach(call.out()::println);
            } catch (EngineException e) {
                if (!force || e.kind() != EngineException.Kind.NOT_FOUND) throw e;
                call.out().flush();
                call.err().println("felucca: " + e.message());
            }
        });
    }

    static void prune(Call call) throws Exception {
        boolean all = call.arguments().flag("all");
        String warning = all
                ? "WARNING! This will remove all images without a container."
                : "WARNING! This will remove all images without a name.";
        if (!call.arguments().flag("force") && !Question.ask(call, warning)) return;
        PruneResult pruned = call.engine().images().prune(all);
        if (!pruned.removed().isEmpty()) {
            call.out().println("Deleted Images:");
            pruned.removed().forEach(call.out()::println);
            call.out().println();
        }
        call.out().println("Total reclaimed space: " + Human.size(pruned.bytes()));
    }
}
