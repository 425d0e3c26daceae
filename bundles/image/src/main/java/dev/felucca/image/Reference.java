package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A normalised image reference: {@code domain/path[:tag][@digest]}. Grammar and normalisation are those of
 * distribution/reference, which docker uses: {@code busybox} is {@code docker.io/library/busybox}.
 *
 * @param domain registry host with its port, {@code docker.io} by default
 * @param path repository in the registry
 */
record Reference(String domain, String path, @Nullable String tag, @Nullable String digest) {
    static final String DEFAULT_TAG = "latest";
    private static final String DEFAULT_DOMAIN = "docker.io";
    private static final String OFFICIAL = "library/";
    private static final int MAX_PATH = 255;
    /** Longer input is refused before any pattern sees it. */
    private static final int MAX_INPUT = 4096;

    private static final Pattern DOMAIN = Pattern.compile(
            "(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
                    + "|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?");
    private static final String COMPONENT = "[a-z0-9]++(?:(?:[._]|__|-++)[a-z0-9]++)*+";
    private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST =
            Pattern.compile("([A-Za-z][A-Za-z0-9]*+(?:[-_+.][A-Za-z][A-Za-z0-9]*+)*+):([0-9a-fA-F]{32,})");
    private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

    /** Parses what a user writes. INVALID, in docker's words, if it is no reference. */
    static Reference parse(String text) {
        if (text.isEmpty()) {
            throw bad(text, "it is empty");
        }
        if (text.length() > MAX_INPUT) {
            throw EngineException.invalid("invalid reference format: longer than " + MAX_INPUT + " characters");
        }
        if (IDENTIFIER.matcher(text).matches()) {
            throw EngineException.invalid(
                    "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
        }
        int at = text.indexOf('@');
        String digest = at < 0 ? null : checkDigest(text.substring(at + 1), text);
        String named = at < 0 ? text : text.substring(0, at);
        int slash = named.lastIndexOf('/');
        int colon = named.indexOf(':', slash + 1);
        String tag = colon < 0 ? null : named.substring(colon + 1);
        String name = colon < 0 ? named : named.substring(0, colon);
        if (tag != null && !TAG.matcher(tag).matches()) {
            throw bad(text, "the tag is not 1 to 128 letters, digits, '_', '.', '-' (the first no '.' or '-')");
        }
        return split(name, tag, digest, text);
    }

    private static Reference split(String name, @Nullable String tag, @Nullable String digest, String text) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean isDomain = slash > 0
                && (first.contains(".")
                        || first.contains(":")
                        || first.equals("localhost")
                        || first.chars().anyMatch(Character::isUpperCase));
        String domain = isDomain ? first : DEFAULT_DOMAIN;
        String path = isDomain ? name.substring(slash + 1) : name;
        if (domain.equals("index.docker.io")) {
            domain = DEFAULT_DOMAIN;
        }
        if (!DOMAIN.matcher(domain).matches()) {
            throw bad(text, "\"" + domain + "\" is no registry name");
        }
        if (path.chars().anyMatch(Character::isUpperCase)) {
            throw EngineException.invalid("invalid reference format: repository name (" + path + ") must be lowercase");
        }
        if (!PATH.matcher(path).matches()) {
            throw bad(text, "\"" + path + "\" is no repository name");
        }
        if (domain.equals(DEFAULT_DOMAIN) && path.indexOf('/') < 0) {
            path = OFFICIAL + path;
        }
        if (path.length() > MAX_PATH) {
            throw EngineException.invalid(
                    "invalid reference format: repository name must not be more than " + MAX_PATH + " characters");
        }
        return new Reference(domain, path, tag, digest);
    }

    private static String checkDigest(String digest, String text) {
        Matcher m = DIGEST.matcher(digest);
        if (!m.matches()) {
            throw bad(text, "\"" + digest + "\" is no digest");
        }
        int digits =
                switch (m.group(1)) {
                    case "sha256" -> 64;
                    case "sha384" -> 96;
                    case "sha512" -> 128;
                    default -> throw bad(text, "digest algorithm \"" + m.group(1) + "\" is not supported");
                };
        if (m.group(2).length() != digits || m.group(2).chars().anyMatch(Character::isUpperCase)) {
            throw bad(text, m.group(1) + " needs " + digits + " lower-case hex digits");
        }
        return digest;
    }

    private static EngineException bad(String text, String why) {
        return EngineException.invalid("invalid reference format: \"" + text + "\": " + why);
    }

    /** With {@code latest}, if it has neither tag nor digest. */
    Reference tagged() {
        return tag == null && digest == null ? new Reference(domain, path, DEFAULT_TAG, null) : this;
    }

    /** By digest only. A tag beside a digest is a comment: the digest decides. */
    Reference canonical() {
        return digest == null ? tagged() : new Reference(domain, path, null, digest);
    }

    boolean nameOnly() {
        return tag == null && digest == null;
    }

    /** Domain and path. */
    String name() {
        return domain + "/" + path;
    }

    String familiarName() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return name();
        }
        String rest = path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
        return rest.indexOf('/') < 0 || !path.startsWith(OFFICIAL) ? rest : path;
    }

    /** As docker shows it. */
    String familiar() {
        return familiarName() + suffix();
    }

    @Override
    public String toString() {
        return name() + suffix();
    }

    private String suffix() {
        return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
