@echo off
rem Starts the convnext command line on the Java that lies in the folder runtime. Written with care, but not tested.
rem CONVNEXT_JAVA_OPTIONS adds flags for Java, such as -Xmx8g.
setlocal
"%~dp0runtime\bin\java.exe" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:MaxNewSize=64m -Djdk.http.auth.tunneling.disabledSchemes= %CONVNEXT_JAVA_OPTIONS% -cp "%~dp0lib\*" org.convnext4j.tools.Main %*
exit /b %ERRORLEVEL%
