package dev.felucca.docker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.json.ApiVersion;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static Route route(String method, String path, String... parameters) {
        return Route.of(method, path, Route.Body.JSON, Set.of(parameters), x -> {});
    }

    private final Router router = new Router(List.of(
            route("GET", "/images/json"),
            route("GET", "/images/{*}/json", "size"),
            route("DELETE", "/images/{*}"),
            route("GET", "/containers/{}/json")));

    private static String message(Class<? extends EngineException> type, Runnable action) {
        return assertThrows(type, action::run).message();
    }

    @Test
    void namesOfImagesHaveSlashes() {
        var found = router.find("GET", "/v1.41/images/docker.io/library/x:1/json?size=1");
        assertEquals(List.of("docker.io/library/x:1"), found.names());
        assertEquals(new ApiVersion(41), found.version());
        assertEquals("/images/json", router.find("GET", "/images/json").route().path());
        assertEquals(List.of("a/b"), router.find("DELETE", "/images/a%2Fb").names());
    }

    @Test
    void withoutAVersionTheNewestIsMeant() {
        assertEquals(ApiVersion.NEWEST, router.find("GET", "/images/json").version());
    }

    @Test
    void versionsAreRefusedOutOfRange() {
        assertEquals(
                "client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version",
                message(EngineException.class, () -> router.find("GET", "/v1.23/images/json")));
        assertEquals(
                "client version 1.52 is too new. Maximum supported API version is 1.51",
                message(EngineException.class, () -> router.find("GET", "/v1.52/images/json")));
        message(EngineException.class, () -> router.find("GET", "/v1.x/images/json"));
    }

    @Test
    void unknownParametersPathsAndMethodsAreRefused() {
        assertEquals(
                "not supported: the parameter shape",
                message(EngineException.class, () -> router.find("GET", "/images/json?shape=round")));
        message(EngineException.class, () -> router.find("GET", "/containers/a/b/json"));
        message(Router.MethodException.class, () -> router.find("POST", "/containers/a/json"));
        message(EngineException.class, () -> router.find("GET", "/images/%zz/json"));
        message(EngineException.class, () -> router.find("GET", "/images/a%00b/json"));
    }
}
