# cpack -G DEB
set(CPACK_PACKAGE_NAME emdia)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "emdia maintainers <maintainers@emdia.invalid>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
