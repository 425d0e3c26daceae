package dev.felucca.registry;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A request that can be sent again.
 *
 * @param progress grows while the body is being taken
 */
record Call(String method, URI uri, Map<String, String> headers, Supplier<BodyPublisher> body, LongSupplier progress) {

    static Call of(String method, URI uri) {
        return new Call(method, uri, Map.of(), BodyPublishers::noBody, () -> 0);
    }

    Call with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Call(method, uri, all, body, progress);
    }

    Call body(Supplier<BodyPublisher> content, LongSupplier taken) {
        return new Call(method, uri, headers, content, taken);
    }

    Call to(URI other) {
        return new Call(method, other, headers, body, progress);
    }

    boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    /**
     * @param authorization empty for none
     */
    HttpRequest request(String authorization) {
        HttpRequest.Builder b = HttpRequest.newBuilder(uri).method(method, body.get());
        b.header("User-Agent", "felucca");
        headers.forEach(b::header);
        if (!authorization.isEmpty()) {
            b.header("Authorization", authorization);
        }
        return b.build();
    }
}
