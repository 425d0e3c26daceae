package dev.felucca.api.registry;

import dev.felucca.api.EngineException;

/**
 * How a user proves to a registry who they are; empty texts for what is not used. Shown without its secrets.
 *
 * @param username with password, for basic authentication and to ask for a token
 * @param identityToken a refresh token of the registry's token server (OAuth 2), in place of name and password
 * @param registryToken a bearer token that is sent as it is
 */
public record RegistryAuth(String username, String password, String identityToken, String registryToken) {
    public static final RegistryAuth ANONYMOUS = new RegistryAuth("", "", "", "");

    public RegistryAuth {
        if (username.indexOf(':') >= 0) {
            throw EngineException.invalid("a user name for a registry cannot contain a colon (RFC 7617)");
        }
    }

    public static RegistryAuth basic(String username, String password) {
        return new RegistryAuth(username, password, "", "");
    }

    public boolean isAnonymous() {
        return equals(ANONYMOUS);
    }

    @Override
    public String toString() {
        return "RegistryAuth[" + (isAnonymous() ? "anonymous" : username) + "]";
    }
}
