"""``ctb-lint init``: what a repository has, what is planned for it, and the writing of that."""
