using EdgeSync.Agent.Commands;

return await CommandLine.RunAsync(args);
