"""Stand-ins for extensions that the throwaway server's build lacks."""

from ctb_lint.readers.shadow.stubs import EXTENSIONS, extension_folder, offer_extensions

__all__ = ["EXTENSIONS", "extension_folder", "offer_extensions"]
