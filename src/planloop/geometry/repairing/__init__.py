"""What a repair does: outlines drawn anew, faces that change hands, in rounds."""
