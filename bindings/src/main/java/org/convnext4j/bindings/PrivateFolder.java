package org.convnext4j.bindings;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * A folder of this user's alone within one that everybody may write to. Code is loaded out of it, so one that another user
 * made, or may write to, is not taken.
 */
final class PrivateFolder {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /**
     * Makes the folder if it is not there.
     *
     * @throws IOException if it cannot be made, or belongs to another user, or others may write to it
     * @throws UnsupportedOperationException if the file system has no owners and permissions as POSIX has them
     */
    static Path provide(Path parent, String name) throws IOException {
        Path folder = parent.resolve(name);
        try {
            return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException e) {
            PosixFileAttributes found =
                    Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isDirectory() && found.owner().equals(self(parent)) && OWNER_ONLY.equals(found.permissions())) {
                return folder;
            }
            throw new IOException(folder + " is not a folder of this user's alone", e);
        }
    }

    /** This user, who need not have an account that Java could look up. */
    private static UserPrincipal self(Path parent) throws IOException {
        Path probe = Files.createTempFile(parent, "convnext4j-", ".probe");
        try {
            return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }
}
