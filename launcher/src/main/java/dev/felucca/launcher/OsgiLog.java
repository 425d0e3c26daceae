package dev.felucca.launcher;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The OSGi log (Log Service Specification 1.4), which declarative services write to: all of it goes into the engine's log.
 * Messages have {@code {}} in both, and a last argument that is a throwable is the cause in both.
 */
final class OsgiLog implements LoggerFactory {
    @Override
    public Logger getLogger(String name) {
        return getLogger(name, Logger.class);
    }

    @Override
    public Logger getLogger(Class<?> type) {
        return getLogger(type.getName());
    }

    @Override
    public <L extends Logger> L getLogger(Class<?> type, Class<L> loggerType) {
        return getLogger(type.getName(), loggerType);
    }

    @Override
    public <L extends Logger> L getLogger(Bundle bundle, String name, Class<L> loggerType) {
        return getLogger(name, loggerType);
    }

    @Override
    public <L extends Logger> L getLogger(String name, Class<L> loggerType) {
        // Logger has six times eight methods that differ in nothing but the level and the number of arguments
        var target = org.slf4j.LoggerFactory.getLogger(name);
        return loggerType.cast(Proxy.newProxyInstance(
                OsgiLog.class.getClassLoader(),
                new Class<?>[] {loggerType},
                (self, method, arguments) -> call(target, self, method, arguments)));
    }

    private static @Nullable Object call(
            org.slf4j.Logger target, Object self, Method method, Object @Nullable [] arguments) {
        String name = method.getName();
        switch (name) {
            case "getName", "toString" -> {
                return target.getName();
            }
            case "hashCode" -> {
                return System.identityHashCode(self);
            }
            case "equals" -> {
                return arguments != null && self == arguments[0];
            }
            default -> {
                boolean asks = name.startsWith("is"); // isDebugEnabled ...
                Level level = level(asks ? name.substring(2, name.length() - "Enabled".length()) : name);
                if (asks) return target.isEnabledForLevel(level);
                // a LoggerConsumer, which is asked only if the level is on, is not used by any bundle here
                if (arguments == null || !(arguments[0] instanceof String text))
                    throw new UnsupportedOperationException("this log takes messages, not " + method);
                Object[] rest = arguments.length == 2 && arguments[1] instanceof Object[] all
                        ? all
                        : Arrays.copyOfRange(arguments, 1, arguments.length);
                target.atLevel(level).log(text, rest);
                return null;
            }
        }
    }

    private static Level level(String name) {
        return switch (name.toLowerCase(java.util.Locale.ROOT)) {
            case "trace" -> Level.TRACE;
            case "debug" -> Level.DEBUG;
            case "warn" -> Level.WARN;
            case "error" -> Level.ERROR;
            default -> Level.INFO; // info and audit
        };
    }
}
