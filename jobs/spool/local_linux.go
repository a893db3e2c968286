package spool

import "syscall"

// localTypes are file systems of this machine, by the numbers of statfs(2): a lock in
// them is seen by everybody who can see the file.
var localTypes = map[int64]bool{
	0xef53:     true, // ext2, ext3, ext4
	0x58465342: true, // xfs
	0x9123683e: true, // btrfs
	0x01021994: true, // tmpfs
	0x794c7630: true, // overlayfs
	0x2fc12fc1: true, // zfs
	0xf2f52010: true, // f2fs
}

// isLocal reports whether a directory is in a file system that no other machine shares.
func isLocal(dir string) bool {
	var st syscall.Statfs_t
	return syscall.Statfs(dir, &st) == nil && localTypes[int64(st.Type)]
}
