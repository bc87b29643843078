using EdgeSync.Hq.Commands;

return await CommandLine.RunAsync(args);
