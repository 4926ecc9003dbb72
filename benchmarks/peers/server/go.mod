module belfry.example/benchmarks/server

go 1.24
