"""What pages get besides their text when the site is built; two_screens makes what is kept in docs/pictures."""
