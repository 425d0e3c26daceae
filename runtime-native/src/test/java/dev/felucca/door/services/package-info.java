@NullMarked
package dev.felucca.door.services;

import org.jspecify.annotations.NullMarked;
